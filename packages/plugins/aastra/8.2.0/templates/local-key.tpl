{%- if sip_local_key %}
{{- sip_local_key|trim }}
{% endif %}
