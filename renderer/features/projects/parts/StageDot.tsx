import classes from './parts.module.css';

/** The colour that the organization gave a stage; decoration beside the stage's name. */
export function StageDot({ color }: { color: string }) {
  return <span className={classes['dot']} style={{ background: color }} aria-hidden />;
}
