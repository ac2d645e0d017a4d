import { initials } from './initials.ts';
import classes from './PersonAvatar.module.css';

/** Initials in a circle; always beside or in place of a name that is given elsewhere in text. */
export function PersonAvatar({ name }: { name: string }) {
  return (
    <span className={classes['avatar']} aria-hidden>
      {initials(name)}
    </span>
  );
}
