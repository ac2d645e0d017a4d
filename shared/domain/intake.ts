import { isManager, type Role } from './roles.ts';
import { activeStages, ORDER_CONFIRMED, type Stage } from './workflow.ts';

/*
 * How an inquiry becomes a project: in which stage, with which priority, and what else the same customer may have asked
 * already. Stages are data of the organization, so the usual ones are looked for and not taken for granted.
 */

export const intakeTypes = ['rfq', 'direct_request', 'project_idea', 'purchase_order'] as const;
export type IntakeType = (typeof intakeTypes)[number];

interface Beginning {
  slug: string;
  /** The place of that stage among eight; where no stage has the slug, the one in this place is meant. */
  place: number;
  priority: 'low' | 'medium' | 'high';
}

export const beginnings: Readonly<Record<IntakeType, Beginning>> = {
  rfq: { slug: 'inquiry_received', place: 1, priority: 'medium' },
  direct_request: { slug: 'inquiry_received', place: 1, priority: 'medium' },
  project_idea: { slug: 'technical_review', place: 2, priority: 'low' },
  purchase_order: { slug: ORDER_CONFIRMED, place: 5, priority: 'high' },
};

export interface FirstStage<Of extends Stage> {
  stage: Of;
  /** The usual stage is not in use, and this is the nearest one. */
  instead: boolean;
}

/**
 * The stage in which a project of this type begins for somebody of this role; null where no stage is in use in which it
 * could. Nobody but a manager begins a project behind Order Confirmed, because its gates would be passed by.
 */
export function firstStage<Of extends Stage>(type: IntakeType, stages: readonly Of[], role: Role): FirstStage<Of> | null {
  const ordered = stages.toSorted((one, other) => one.stage_order - other.stage_order || (one.id < other.id ? -1 : 1));
  const usual = ordered.find(({ slug }) => slug === beginnings[type].slug);
  const order = ordered.findIndex(({ slug }) => slug === ORDER_CONFIRMED);
  const active = new Set(activeStages(stages).map(({ id }) => id));
  const wanted = usual ? ordered.indexOf(usual) : Math.min(beginnings[type].place, ordered.length) - 1;
  const open = ordered
    .map((stage, place) => ({ stage, distance: Math.abs(place - wanted), place }))
    .filter(({ stage, place }) => active.has(stage.id) && (isManager(role) || order < 0 || place <= order))
    // Of two that are equally near, the earlier: work that is done twice does less harm than work that is left out.
    .toSorted((one, other) => one.distance - other.distance || one.place - other.place);
  const [nearest] = open;
  return nearest ? { stage: nearest.stage, instead: nearest.stage.id !== usual?.id } : null;
}

/** Letters and digits that are not taken for one another when they are read out. */
const SIGNS = '23456789ABCDEFGHJKMNPQRSTUVWXYZ';

/**
 * The code of a project that the centre has not numbered yet, such as `P-250127·K7Q`; the dot tells it from a final one.
 * @param day as `2025-01-27`
 * @param random three numbers from 0 up to but not including 1
 */
export const provisionalCode = (day: string, random: readonly [number, number, number]): string =>
  `P-${day.slice(2).replaceAll('-', '')}·${random.map((one) => SIGNS[Math.floor(one * SIGNS.length)]).join('')}`;

export const isProvisionalCode = (code: string): boolean => code.includes('·');

const wordsOf = (folded: string): Set<string> => new Set(folded.split(/[^\p{L}\p{N}]+/u).filter((word) => word !== ''));

/** How much two folded titles say the same, from 0 to 1: the share of the shorter one's words that the other has, too. */
export function likeness(one: string, other: string): number {
  const [fewer, more] = [wordsOf(one), wordsOf(other)].toSorted((a, b) => a.size - b.size) as [Set<string>, Set<string>];
  if (fewer.size === 0) return 0;
  return [...fewer].filter((word) => more.has(word)).length / fewer.size;
}

/** From this likeness on, two inquiries of one customer may be the same. */
export const LIKE = 0.6;
