<?xml version="1.0" encoding="UTF-8"?>
{#- Function keys are the contacts of one group, in the order of their numbers. What is watched has an address to subscribe to. #}
{%- set registrar = sip_registrar_ip or sip_proxy_ip or '' %}
<phonebooks>
  <contacts group_name="Default" id="internal" editable="0">
{%- for number, key in funckeys|dictsort if key and key.type != 'line' and (key.value or (key.type == 'park' and exten_park)) %}
{%- set dialled = key.value or exten_park %}
{%- set line = sip_lines[(key.line or 1)|string] %}
    <contact id="key{{ number }}" first_name="{{ (key.label or dialled)|value }}" last_name="" contact_type="sip"
{%- if key.type != 'speeddial' %} subscribe_to="sip:{{ dialled|value }}@{{ (line.registrar_ip or line.proxy_ip or registrar)|value }}"{% endif %}>
      <numbers>
        <number dial="{{ dialled|value }}" label="Extension" primary="1"/>
      </numbers>
    </contact>
{%- endfor %}
  </contacts>
</phonebooks>

