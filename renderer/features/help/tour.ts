import { create } from 'zustand';
import { paths } from '../../app/paths.ts';

/** The steps of the tour, each with the address that it tells of; its link in the navigation is framed meanwhile. */
export const tourSteps = [
  { key: 'start', path: paths.start },
  { key: 'board', path: paths.board },
  { key: 'project', path: paths.projects },
  { key: 'offline', path: paths.sync },
  { key: 'help', path: paths.help },
] as const;

interface Tour {
  /** The step that is shown; null where no tour runs. */
  step: number | null;
  /** Offered once while the window is open, whatever becomes of it. */
  offered: boolean;
}

export const useTour = create<Tour>()(() => ({ step: null, offered: false }));

export const startTour = (): void => useTour.setState({ step: 0, offered: true });
export const goToStep = (step: number): void => useTour.setState({ step });
export const leaveTour = (): void => useTour.setState({ step: null });
