{#- Programmable keys, counted from 0: those of the phone, then those of its expansion modules. #}
{%- macro key_(number, context, label, text) %}
    <fkey idx="{{ number - 1 }}" context="{{ context }}" label="{{ (label or '')|value }}" perm="R">{{ text|value }}</fkey>
{%- endmacro %}
{%- set modules = model.expansionModules * (model.keysPerExpansionModule or 0) if model else 0 %}
{%- for number in range(1, keys + modules + 1) %}
{%- set key = funckeys[number|string] %}
{%- if not key %}
{%- if number <= keys and sip_lines[number|string] and number <= accounts %}{{ key_(number, number, sip_lines[number|string].number, 'line') }}
{%- else %}
    <fkey idx="{{ number - 1 }}" perm="R">none</fkey>
{%- endif %}
{%- elif key.type == 'line' %}{{ key_(number, key.line or 1, key.label, 'line') }}
{%- elif key.type == 'blf' %}{{ key_(number, key.line or 1, key.label, 'blf ' ~ (key.value or '') ~ ('|' ~ exten_pickup_call if exten_pickup_call else '')) }}
{%- elif key.type == 'park' %}{{ key_(number, key.line or 1, key.label, (facts.park or 'speed') ~ ' ' ~ (key.value or exten_park or '')) }}
{%- else %}{{ key_(number, key.line or 1, key.label, 'speed ' ~ (key.value or '')) }}
{%- endif %}
{%- endfor %}
