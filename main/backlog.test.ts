import { describe, expect, it } from 'vitest';
import { Backlog } from './backlog.ts';

describe('a backlog', () => {
  it('keeps what is told too early, in its order, and passes on at once what is told later', () => {
    const backlog = new Backlog<string[]>();
    backlog.tell((heard) => heard.push('signed in'));
    backlog.tell((heard) => heard.push('session changed'));
    const heard: string[] = [];
    backlog.deliverTo(heard);
    expect(heard).toEqual(['signed in', 'session changed']);
    backlog.tell((part) => part.push('later'));
    expect(heard).toEqual(['signed in', 'session changed', 'later']);
  });
});
