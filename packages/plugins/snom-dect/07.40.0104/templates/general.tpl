<?xml version="1.0" encoding="utf-8"?>
{#- Read before the base's own file: every account is off until that one turns it on. #}
<settings>
  <phone-settings>
    <auto_dect_register>on</auto_dect_register>
    <pnp_config>off</pnp_config>
{%- for number in range(1, accounts + 1) %}
    <user_active idx="{{ number }}">off</user_active>
{%- endfor %}
  </phone-settings>
</settings>
