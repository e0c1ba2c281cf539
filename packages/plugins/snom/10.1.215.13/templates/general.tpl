<?xml version="1.0" encoding="utf-8"?>
{#- What is the same for all phones: they take no firmware that nobody here gave them, and no settings from elsewhere. -#}
<settings>
  <phone-settings>
    <update_policy perm="R">settings_only</update_policy>
    <pnp_config perm="R">off</pnp_config>
  </phone-settings>
</settings>
