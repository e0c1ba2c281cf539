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
{#- The service codes have keys of their own: the first free ones below the screen, else the last free ones beside it. #}
{%- set services = [
  ['speeddial', exten_dnd, 'dnd'],
  ['speeddial', exten_fwd_unconditional, 'forward'],
  ['speeddial', exten_voicemail, 'voicemail'],
  ['speeddial', exten_pickup_group, 'pickup'],
  ['directory', directory, 'directory']
] %}
{%- set block = blocks[-1] if blocks else none %}
{%- if block %}
{%- set places = range(block.first, block.last + 1)|list %}
{%- for place in (places if block.name == 'softkey' else places|reverse) if not funckeys[place|string] %}
{%- set service = services[loop.index0] %}
{%- if service and service[1] %}
{%- set name = block.name ~ (place - block.first + 1) %}
{{ name }} type: {{ service[0] }}
{%- if service[0] == 'speeddial' %}
{{ name }} value: {{ service[1]|value }}
{{ name }} line: 1
{%- endif %}
{{ name }} label: {{ words[service[2]] }}
{%- endif %}
{%- endfor %}
{%- endif %}
