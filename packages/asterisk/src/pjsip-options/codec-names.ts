/** Names of media formats that Asterisk 22 knows without further modules, and `all`. */
export const codecNames: ReadonlySet<string> = new Set(
  `all ulaw alaw gsm g722 g723 g726 g726aal2 g729 g719 ilbc lpc10 adpcm speex speex16 speex32 opus siren7 siren14
  slin slin12 slin16 slin24 slin32 slin44 slin48 slin96 slin192 codec2 silk silk8 silk12 silk16 silk24 testlaw
  h261 h263 h263p h264 h265 mpeg4 vp8 vp9 av1 jpeg png red t140 t140red t38 none`.split(/\s+/),
)
