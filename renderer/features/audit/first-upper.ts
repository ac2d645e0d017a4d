/** A name as it stands alone; the tables and actions have names that fit into a sentence. */
export const firstUpper = (text: string): string => text.charAt(0).toLocaleUpperCase('vi') + text.slice(1);
