{#- Programmable keys: those of the phone, then those of its expansion modules. #}
{%- macro function_key(name, key, hasLabel) %}
{{ name }}.type = {{ tables.keyTypes[key.type] }}
{{ name }}.line = {{ key.line or 1 }}
{{- set_(name ~ '.value', none if key.type == 'line' else key.value or (exten_park if key.type == 'park' else none)) }}
{%- if hasLabel %}{{ set_(name ~ '.label', key.label) }}{% endif %}
{{- set_(name ~ '.' ~ dialect.pickup, exten_pickup_call ~ key.value if key.type == 'blf' and exten_pickup_call else none) }}
{%- endmacro %}
{%- set line_keys = keys - (facts.memoryKeys or 0) %}
{% for number in range(1, keys + 1) %}
{%- set key = funckeys[number|string] %}
{%- set has_label = number <= line_keys %}
{%- set name = 'linekey.' ~ number if has_label else 'memorykey.' ~ (number - line_keys) %}
{%- if key %}{{ function_key(name, key, has_label) }}
{%- elif sip_lines[number|string] and number <= accounts and has_label %}
{{- function_key(name, {'type': 'line', 'line': number, 'label': sip_lines[number|string].number}, true) }}
{%- else %}
{{ name }}.type = %NULL%
{{ name }}.line = %NULL%
{{ name }}.value = %NULL%
{%- if has_label %}
{{ name }}.label = %NULL%
{%- endif %}
{{ name }}.{{ dialect.pickup }} = %NULL%
{%- endif %}
{%- endfor %}
{%- set per_module = (model.keysPerExpansionModule or 0) if model else 0 %}
{%- if per_module %}
{%- set highest = (funckeys|dictsort|last)[0]|int if funckeys else 0 %}
{% for module in range(1, model.expansionModules + 1) %}
{%- set before = keys + (module - 1) * per_module %}
{%- set prefix = 'expansion_module.' ~ module ~ '.key.' %}
{%- if highest <= before %}
{%- for place in range(1, per_module + 1) %}
{{ prefix }}{{ place }}.type = %NULL%
{%- endfor %}
{%- else %}
{%- for place in range(1, per_module + 1) %}
{%- set key = funckeys[(before + place)|string] %}
{%- if key %}{{ function_key(prefix ~ place, key, true) }}
{%- else %}
{{ prefix }}{{ place }}.type = %NULL%
{%- endif %}
{%- endfor %}
{%- endif %}
{%- endfor %}
{%- endif %}
