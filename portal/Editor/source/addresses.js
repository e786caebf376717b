// The addresses of links and pictures, as the sanitiser of the articles service allows them.

/** Whether an address may be used: http, https or mailto, or an address without a scheme. */
export const isAllowedAddress = address => {
  const plain = (address ?? "").replace(/[\0-\x20\x7f-\xa0\u2028\u2029]/g, "");
  return plain.length > 0 && (/^(?:https?|mailto):/i.test(plain) || !/^[^/#]*:/.test(plain));
};

/** The address that somebody has typed, with a scheme; null if it may not be linked. */
export function toAddress(typed) {
  const address = typed.trim();
  if (/^[\w.+-]+@[\w-]+(?:\.[\w-]+)+$/.test(address)) return `mailto:${address}`;
  const complete = /^(?:[/?#]|[a-z][a-z0-9+-]*:)/i.test(address) ? address : `https://${address}`;
  return isAllowedAddress(complete) && /[^\s:/]/.test(address) ? complete : null;
}
