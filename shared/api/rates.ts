import { z } from 'zod';
import { isRate } from '../domain/money.ts';
import { operation } from './operation.ts';

export interface RateRow {
  id: string;
  currency: string;
  /** Decimal text: what one unit is worth in the organization's currency. */
  rate: string;
  valid_from: string;
  is_active: boolean;
  /** Converts today's amounts. */
  current: boolean;
  created_by_name: string | null;
  updated_at: string;
  pending: boolean;
}

export interface RateList {
  /** The organization's currency, in which rates are given. */
  currency: string;
  today: string;
  rates: RateRow[];
  /** Currencies of open projects that no rate of today exists for. */
  missing: string[];
}

const currencyCode = z.string().regex(/^[A-Z]{3}$/);
const rateText = z.string().refine(isRate);

export const rateFacts = z.strictObject({ currency: currencyCode, rate: rateText, valid_from: z.iso.date() });

/** Rates are read by the staff and kept by managers; others fail with NOT_ALLOWED. */
export const ratesApi = {
  'rates.list': operation<RateList>()(z.void()),
  /** Fails with RATE_EXISTS where the currency has an active rate of that day, with RATE_OWN_CURRENCY for the organization's own. */
  'rates.add': operation<null>()(rateFacts),
  'rates.correct': operation<null>()(z.strictObject({ id: z.uuid(), rate: rateText, valid_from: z.iso.date() })),
  'rates.setActive': operation<null>()(z.strictObject({ id: z.uuid(), is_active: z.boolean() })),
};
