/** How numbers are dialled in Italy: the country of most examples of rating. */
export const italianNumbers = {
  country: 'IT',
  callingCode: '39',
  internationalPrefixes: ['00'],
  nationalPrefix: '0',
  keepsNationalPrefix: true,
  shortNumbers: ['112'],
}
