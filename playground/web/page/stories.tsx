// In the panel: stories of campaigns, told at a click, and how many campaigns there are.
import { useState, type FormEvent } from "react";
import { Pick } from "./picks";
import { useDeed } from "./server";
import type { State, Told } from "./state";

/** Tells a story, and says of each that was told what happens and what the bot should say. */
export function Stories({ state }: { state: State }) {
  const deed = useDeed();
  const [picked, pick] = useState<string | null>(null);
  if (state.stories.length === 0) return null;
  const name = picked ?? state.stories[0]!;
  const tell = (event: FormEvent) => (event.preventDefault(), void deed("story", { name }));
  return (
    <section>
      <h3>Stories</h3>
      <form className="tell" onSubmit={tell} aria-label="Stories">
        <div className="pick">
          <select className="field select" aria-label="Story" value={name} onChange={(event) => pick(event.target.value)}>
            {state.stories.map((each) => <option key={each} value={each}>{label(each)}</option>)}
          </select>
        </div>
        <button type="submit" className="button">Tell it</button>
      </form>
      {state.told.length > 0 && (
        <ol className="told" aria-label="Stories told">
          {state.told.map((one) => <Line key={`${one.at} ${one.does}`} told={one} />)}
        </ol>
      )}
    </section>
  );
}

/** A story's name as a choice; careCycle is written as it is. */
const label = (story: string): string => (story.startsWith("careCycle") ? story : story[0]!.toUpperCase() + story.slice(1));

function Line({ told }: { told: Told }) {
  return (
    <li>
      <p>{told.does}</p>
      <p className="says"><strong>The bot should say:</strong> {told.says}</p>
    </li>
  );
}

/** The samples of Sunrise alone, or so many more that there are fifty or five hundred. */
export function Campaigns({ state }: { state: State }) {
  const deed = useDeed();
  const { count, sizes } = state.campaigns;
  if (sizes.length === 0) return null;
  const choices = [...new Set([...sizes, count])].sort((one, other) => one - other).map((size) => ({ name: String(size), label: String(size) }));
  return (
    <section>
      <Pick label="Campaigns of Sunrise" value={String(count)} choices={choices} onPick={(size) => deed("campaigns", { count: Number(size) })} />
    </section>
  );
}
