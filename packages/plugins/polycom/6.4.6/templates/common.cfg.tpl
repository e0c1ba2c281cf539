<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
{#- What is the same for every phone, whatever it is configured for. #}
<polycomConfig
  voIpProt.SIP.specialEvent.checkSync.alwaysReboot="0"
  call.directedCallPickupMethod="legacy"
  msg.bypassInstantMessage="1"
  up.oneTouchVoiceMail="1"
/>

