{#- Function keys are numbered through the kinds of keys of a model, in the order of keyBlocks, then through its modules. -#}
{%- macro function_key(name, key, kind) %}
{{ name }} type: {{ 'speeddial' if key.type == 'blf' and kind in speed_dial_for_blf else key.type }}
{%- if key.type == 'park' %}
{{ name }} value: asterisk;{{ (key.value or exten_park or '')|value }}
{%- elif key.type != 'line' %}
{{ name }} value: {{ (key.value or '')|value }}
{%- endif %}
{{ name }} label: {{ (key.label or key.value or '')|value }}
{{ name }} line: {{ key.line or 1 }}
{%- endmacro %}
{%- set blocks = model.variables.keyBlocks if model else [] %}
{%- set speed_dial_for_blf = model.variables.speedDialForBlf or [] if model else [] %}
{%- set keys = model.keys if model else 0 %}
{%- set per_module = model.keysPerExpansionModule or 0 if model else 0 %}
{%- for number, key in funckeys|dictsort if key and (key.type != 'park' or key.value or exten_park) %}
{%- set place = number|int %}
{%- for block in blocks if place >= block.first and place <= block.last %}
{{- function_key(block.name ~ (place - block.first + 1), key, block.name) }}
{%- endfor %}
{%- set beyond = place - keys - 1 %}
{%- if beyond >= 0 and per_module and beyond // per_module < model.expansionModules %}
{{- function_key('expmod' ~ (beyond // per_module + 1) ~ ' key' ~ (beyond % per_module + 1), key, 'expmod') }}
{%- endif %}
{%- endfor %}
