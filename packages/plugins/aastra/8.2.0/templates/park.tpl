{#- The first key that parks says where to. -#}
{%- for number, key in funckeys|dictsort if key.type == 'park' and key.value %}{{ key.value if loop.first }}{% endfor %}
