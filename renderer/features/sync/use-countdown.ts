import { useEffect, useState } from 'react';
import { useAppStore } from '../../app/app-store.ts';

/** Milliseconds until the next attempt to connect, counted down by seconds; null where none is planned. */
export function useCountdown(): number | null {
  const retryAt = useAppStore((state) => state.retryAt);
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    if (retryAt === null) return;
    const tick = () => setNow(Date.now());
    tick();
    const timer = setInterval(tick, 1_000);
    return () => clearInterval(timer);
  }, [retryAt]);
  return retryAt === null ? null : Math.max(0, retryAt - now);
}
