import { create } from 'zustand';

/** The day on which the calendar stands; kept while the person visits a project. Null until it was opened: today. */
export const useCalendar = create<{ day: string | null }>()(() => ({ day: null }));

export const setDay = (day: string): void => useCalendar.setState({ day });
