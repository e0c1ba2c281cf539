{#- The second port reads a file of its own, with its line as line 1. -#}
{{ 2 if file and file != 'ATA' ~ (device.bare_mac or '')|upper ~ '.cnf.xml' else 1 }}
