{#- BLF and park are watched resources, a speed dial is a macro that calls. Where keys are flexible, key N is the Nth of the
phone, its expansion modules included; elsewhere the phone puts resources behind its lines, and speed dials on soft keys. #}
{%- set keys = model.keys + model.expansionModules * (model.keysPerExpansionModule or 0) if model else 9999 %}
{%- set flexible = tables.flexibleKeys and model %}
{%- for number, key in funckeys|dictsort if key and (key.type == 'blf' or key.type == 'park') and number|int <= keys and (key.value or exten_park) %}
{%- if loop.first %}
  attendant.reg="{{ key.line or 1 }}"
  attendant.behaviors.display.spontaneousCallAppearances.normal="0"
  attendant.behaviors.display.spontaneousCallAppearances.automata="0"
{%- endif %}
{%- set resource = 'attendant.resourceList.' ~ loop.index %}
  {{ resource }}.address="{{ (key.value or exten_park)|value }}"
  {{ resource }}.label="{{ (key.label or key.value or exten_park)|value }}"
  {{ resource }}.type="{{ 'automata' if key.type == 'park' else 'normal' }}"
{%- if flexible %}
  lineKey.{{ number }}.category="BLF"
  lineKey.{{ number }}.index="0"
{%- endif %}
{%- endfor %}
{#- Soft keys and macros need it. #}
  feature.enhancedFeatureKeys.enabled="1"
{%- if flexible %}
  lineKey.reassignment.enabled="1"
  feature.EFKLineKey.enabled="1"
{%- for number, line in sip_lines|dictsort if line and not funckeys[number] and number|int <= keys and number|int <= model.lines %}
  lineKey.{{ number }}.category="Line"
  lineKey.{{ number }}.index="{{ number }}"
{%- endfor %}
{%- for number, key in funckeys|dictsort if key and key.type == 'line' and number|int <= keys %}
  lineKey.{{ number }}.category="Line"
  lineKey.{{ number }}.index="{{ key.line or 1 }}"
{%- endfor %}
{%- for number, key in funckeys|dictsort if key and key.type == 'speeddial' and number|int <= keys %}
{%- set macro_name = 'efk.efklist.' ~ loop.index %}
  {{ macro_name }}.mname="key{{ number }}"
  {{ macro_name }}.label="{{ (key.label or key.value or '')|value }}"
  {{ macro_name }}.status="1"
  {{ macro_name }}.action.string="{{ (key.value or '')|replace('$', '')|value }}$Tinvite$"
  lineKey.{{ number }}.category="EFK"
  lineKey.{{ number }}.index="{{ loop.index }}"
{%- endfor %}
{%- else %}
{%- for number, key in funckeys|dictsort if key and key.type == 'speeddial' %}
{#- The first soft key is that of the directory, and there are ten. #}
{%- if loop.index <= 9 %}
{%- set softkey = 'softkey.' ~ (loop.index + 1) %}
  {{ softkey }}.enable="1"
  {{ softkey }}.label="{{ (key.label or key.value or '')|value }}"
  {{ softkey }}.action="{{ (key.value or '')|replace('$', '')|value }}$Tinvite$"
  {{ softkey }}.use.idle="1"
{%- endif %}
{%- endfor %}
{%- endif %}
