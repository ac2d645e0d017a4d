import { z } from 'zod';

/** Control characters but tab and line break, and halves of surrogate pairs: PostgreSQL holds neither in text or jsonb. */
const unstorable = /[^\P{Cc}\t\n]|\p{Surrogate}/gu;

/** Text as people type it: line ends normalised, what cannot be stored and outer blanks dropped. */
export const text = (max: number) =>
  z.string().max(max).transform((value) => value.replace(/\r\n?/g, '\n').replace(unstorable, '').trim());
