import { describe, expect, it } from 'vitest';
import { addressLabel, addressProblem } from './server-address.ts';

describe('a server address', () => {
  it('is accepted with and without a port', () => {
    expect(addressProblem('postgres://erp.example.vn:5432/factory_pulse')).toBeNull();
    expect(addressProblem('  postgresql://10.0.0.5/factory_pulse ')).toBeNull();
  });

  it('is refused with the reason in a word', () => {
    expect(addressProblem('')).toBe('empty');
    expect(addressProblem('erp.example.vn')).toBe('not-a-url');
    expect(addressProblem('postgres:///factory_pulse')).toBe('host');
    expect(addressProblem('https://erp.example.vn/factory_pulse')).toBe('protocol');
    expect(addressProblem('postgres://an:secret@erp.example.vn/factory_pulse')).toBe('credentials');
    expect(addressProblem('postgres://erp.example.vn:5432')).toBe('database');
  });

  it('is shown by host and database', () => {
    expect(addressLabel('postgres://erp.example.vn:5432/factory_pulse')).toBe('erp.example.vn:5432/factory_pulse');
    expect(addressLabel('not an address')).toBe('not an address');
  });
});
