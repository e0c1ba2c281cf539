
{{ account }} park pickup config: {{ park|value }};{{ park|value }};asterisk
