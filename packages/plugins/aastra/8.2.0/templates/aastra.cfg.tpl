# What all phones have in common stands in the file of each, {{ XX_server_url|value }}/Aastra/<MAC>.cfg
contact rcs: 0

