import { create } from 'zustand';

/** The step to which the person is led; its stage opens, and the step takes the focus. */
export const useShownStep = create<{ id: string | null }>()(() => ({ id: null }));

export const showStep = (id: string): void => useShownStep.setState({ id });

export const forgetShownStep = (): void => useShownStep.setState({ id: null });
