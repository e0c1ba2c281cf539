{%- for certificate in sip_servers_root_and_intermediate_certificates or [] %}
{{- certificate|trim }}
{% endfor %}
