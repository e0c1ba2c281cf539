{%- for certificate in sip_local_root_and_intermediate_certificates or [] %}
{{- certificate|trim }}
{% endfor %}
