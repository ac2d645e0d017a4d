import type { Replica } from '../replica/database.ts';
import { prepared } from '../replica/prepared.ts';

export interface RateOfDay {
  id: string;
  rate: string;
  valid_from: string;
}

/** Two administrators may enter one day offline; then the later entry counts. */
const ratesOfDay = `
  select id, currency, rate, valid_from from (
    select id, currency, rate, valid_from,
           row_number() over (partition by currency order by valid_from desc, created_at desc, id desc) as place
      from exchange_rates where is_active and valid_from <= ?)
   where place = 1`;

/** By currency, the rate that holds on a day: that of the last day before it that has one. */
export function readRatesOfDay(replica: Replica, day: string): Map<string, RateOfDay> {
  const rows = prepared(replica.read, ratesOfDay).all(day) as (RateOfDay & { currency: string })[];
  return new Map(rows.map(({ currency, ...rate }) => [currency, rate]));
}
