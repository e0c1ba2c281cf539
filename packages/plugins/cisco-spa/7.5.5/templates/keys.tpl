{#- Semicolons part the words of a key's function, and cannot be written in one. #}
{%- macro function_of(key) %}
{%- set number = (key.value or (exten_park if key.type == 'park' else '') or '')|replace(';', ' ')|value %}
{%- set label = (key.label or key.value or '')|replace(';', ' ')|value %}
{%- set way = ';vid=' ~ key.line if key.line and key.line > 1 else '' %}
{%- if key.type == 'blf' %}fnc=sd+blf+cp;sub={{ number }}@$PROXY;nme={{ label }}{{ way }}{% else %}fnc=sd;ext={{ number }}@$PROXY;nme={{ label }}{{ way }}{% endif %}
{%- endmacro %}
{%- macro line_key(at, number, label) %}
  <Extension{{ at }}>{{ number }}</Extension{{ at }}>
  <Short_Name{{ at }}>{{ label|value }}</Short_Name{{ at }}>
  <Extended_Function{{ at }}></Extended_Function{{ at }}>
{%- endmacro %}
{%- for number in range(1, (keys if keys > lines else lines) + 1) %}
{%- set at = '_' ~ number ~ '_' %}
{%- set key = funckeys[number|string] if number <= keys else none %}
{%- set line = sip_lines[number|string] if number <= lines else none %}
{%- if key and key.type == 'line' %}
{{- line_key(at, key.line or 1, key.label or '') }}
{%- elif key %}
  <Extension{{ at }}>Disabled</Extension{{ at }}>
  <Short_Name{{ at }}>{{ (key.label or key.value or '')|value }}</Short_Name{{ at }}>
  <Extended_Function{{ at }}>{{ function_of(key) }}</Extended_Function{{ at }}>
{%- elif line %}
{{- line_key(at, number, line.number or line.display_name or line.username or '') }}
{%- else %}
{{- line_key(at, 'Disabled', '') }}
{%- endif %}
{%- endfor %}
{%- set units = model.expansionModules if model else 0 %}
{%- if units %}
{%- set per_unit = model.keysPerExpansionModule %}
  <Server_Type>Asterisk</Server_Type>
  <Attendant_Console_Call_Pickup_Code>{{ (exten_pickup_call or '')|value }}</Attendant_Console_Call_Pickup_Code>
{%- for unit in range(1, units + 1) %}
{%- for place in range(1, per_unit + 1) %}
{%- set key = funckeys[(keys + (unit - 1) * per_unit + place)|string] %}
  <Unit_{{ unit }}_Key_{{ place }}>{% if key and key.type != 'line' %}{{ function_of(key) }}{% endif %}</Unit_{{ unit }}_Key_{{ place }}>
{%- endfor %}
{%- endfor %}
{%- endif %}
