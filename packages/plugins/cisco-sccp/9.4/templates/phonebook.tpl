{%- if X_xivo_phonebook_ip and X_xivo_user_uuid -%}
{{ X_xivo_phonebook_scheme or 'http' }}://{{ X_xivo_phonebook_ip }}:{{ X_xivo_phonebook_port or 9498 }}/0.1/directories/menu/default/cisco?xivo_user_uuid={{ X_xivo_user_uuid }}
{%- endif -%}
