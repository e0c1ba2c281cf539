<?xml version="1.0" encoding="UTF-8"?>
{#- The second port reads a file of its own, with its line as line 1. #}
{%- set line = sip_lines['1'] %}
{% include 'port.tpl' %}
