{%- if sip_local_certificate %}
{{- sip_local_certificate|trim }}
{% endif %}
