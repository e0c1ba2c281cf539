<?xml version="1.0" encoding="{{ tables.encoding }}"?>
<flat-profile>
  <Profile_Rule>{{ XX_server_url|value }}/{{ tables.firstFile }}</Profile_Rule>
{% include 'network.tpl' %}
{% include 'time.tpl' %}
{% include 'management.tpl' %}
{%- for number in range(1, (model.lines if model else 8) + 1) %}
{%- set line = sip_lines[number|string] %}
{% include 'account.tpl' %}
{%- endfor %}
</flat-profile>
