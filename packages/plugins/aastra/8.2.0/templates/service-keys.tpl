{#- The service codes have keys of their own: the first free ones below the screen, else the last free ones beside it. #}
{%- set blocks = model.variables.keyBlocks if model else [] %}
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
