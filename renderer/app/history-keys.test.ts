import { describe, expect, it } from 'vitest';
import { historyStep } from './history-keys.ts';

const press = (key: string, held: Partial<Record<'altKey' | 'metaKey' | 'ctrlKey' | 'shiftKey', boolean>> = {}) => ({
  key, altKey: false, metaKey: false, ctrlKey: false, shiftKey: false, ...held,
});

describe('the keys for the way back', () => {
  it('are those of browsers on each system', () => {
    expect(historyStep(press('ArrowLeft', { altKey: true }), 'win32')).toBe(-1);
    expect(historyStep(press('ArrowRight', { altKey: true }), 'linux')).toBe(1);
    expect(historyStep(press('[', { metaKey: true }), 'darwin')).toBe(-1);
    expect(historyStep(press(']', { metaKey: true }), 'darwin')).toBe(1);
  });

  it('leave every other press to the page', () => {
    expect(historyStep(press('ArrowLeft'), 'win32')).toBe(null);
    expect(historyStep(press('ArrowLeft', { shiftKey: true }), 'win32')).toBe(null);
    expect(historyStep(press('ArrowLeft', { altKey: true, ctrlKey: true }), 'linux')).toBe(null);
    expect(historyStep(press('ArrowLeft', { altKey: true }), 'darwin')).toBe(null);
  });
});
