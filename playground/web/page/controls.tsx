// The playground's own panel: who looks, what is broken, and what was delivered to the bot.
import { useId, useState } from "react";
import { Installation } from "./installation";
import { useDeed, type Answer } from "./server";
import { Workflow } from "./workflow";
import { channelTitle, currentWorkspace, type Channel, type Choice, type Delivery, type Person, type Service, type State } from "./state";

const ROLES: Choice[] = ["owner", "admin", "member", "guest"].map((role) => ({ name: role, label: role[0]!.toUpperCase() + role.slice(1) }));
const SERVICES: Record<Service, string> = { carecycle: "careCycle", slack: "Slack" };
const SHOWN_DELIVERIES = 12;

export function Controls({ state, channel }: { state: State; channel: Channel | null }) {
  const deed = useDeed();
  return (
    <aside className="controls" aria-label="Playground">
      <header>
        <h2>Playground</h2>
        <button type="button" className="button" onClick={() => void deed("clear", {})}>Clear</button>
      </header>
      <section>
        <h3>What goes wrong</h3>
        <Fault state={state} service="carecycle" />
        <Fault state={state} service="slack" />
      </section>
      <section>
        <h3>Who is looking</h3>
        <People state={state} />
        {channel?.kind === "channel" && currentWorkspace(state).installed && <Membership key={channel.id} channel={channel} bot={state.bot.name} />}
      </section>
      <Installation state={state} />
      {currentWorkspace(state).installed && (
        <section>
          <h3>A workflow</h3>
          <Workflow state={state} />
        </section>
      )}
      <section>
        <h3>Deliveries to the bot</h3>
        <Deliveries deliveries={state.deliveries} />
      </section>
    </aside>
  );
}

function Fault({ state, service }: { state: State; service: Service }) {
  const deed = useDeed();
  const choices = state.choices[service] ?? [];
  const all = choices.some((choice) => choice.name === "none") ? choices : [{ name: "none", label: "Works" }, ...choices];
  const value = state.faults[service] ?? "none";
  const pick = (name: string) => deed("fault", { [service]: name });
  return <Pick label={SERVICES[service]} value={value} choices={all} broken={value !== "none"} onPick={pick} />;
}

/** Shows what was asked for at once, and what is once the playground has changed it, or has refused. */
function useWanted<T>(actual: T, ask: (wanted: T) => Promise<Answer>): [T, (wanted: T) => Promise<void>] {
  const [wanted, setWanted] = useState<{ value: T; from: T } | null>(null);
  const want = async (value: T) => {
    setWanted({ value, from: actual });
    if (!(await ask(value)).ok) setWanted(null);
  };
  return [wanted && wanted.from === actual ? wanted.value : actual, want];
}

function People({ state }: { state: State }) {
  const deed = useDeed();
  const role = state.people.find((person) => person.id === state.me)?.role ?? "member";
  const people = state.people.map((person) => ({ name: person.id, label: fullName(person) }));
  return (
    <>
      <Pick label="Person" value={state.me} choices={people} onPick={(user) => deed("me", { user })} />
      <Pick key={state.me} label="Role" value={role} choices={ROLES} onPick={(role) => deed("role", { user: state.me, role })} />
    </>
  );
}

const fullName = ({ name, company }: Person): string => (company ? `${name} (${company})` : name);

interface PickProps {
  label: string;
  value: string;
  choices: Choice[];
  broken?: boolean;
  onPick: (name: string) => Promise<Answer>;
}

function Pick({ label, value, choices, broken, onPick }: PickProps) {
  const id = useId();
  const [shown, want] = useWanted(value, onPick);
  return (
    <div className={broken ? "pick broken" : "pick"}>
      <label htmlFor={id}>{label}</label>
      <select id={id} className="field select" value={shown} onChange={(event) => void want(event.target.value)}>
        {choices.map((choice) => <option key={choice.name} value={choice.name}>{choice.label}</option>)}
      </select>
    </div>
  );
}

function Membership({ channel, bot }: { channel: Channel; bot: string }) {
  const deed = useDeed();
  const [member, want] = useWanted(channel.bot_is_member, (member) => deed("membership", { channel: channel.id, member }));
  return (
    <label className="tick">
      <input type="checkbox" checked={member} onChange={(event) => void want(event.target.checked)} />
      <span>{bot} is a member of {channelTitle(channel)}</span>
    </label>
  );
}

function Deliveries({ deliveries }: { deliveries: Delivery[] }) {
  if (deliveries.length === 0) return <p className="quiet-text">None yet.</p>;
  return (
    <ol className="deliveries" aria-label="Deliveries">
      {deliveries.slice(0, SHOWN_DELIVERIES).map((delivery, index) => (
        <li key={`${deliveries.length - index}`}>
          <span className="what" title={delivery.what}>{delivery.what}</span>
          <span className={/^2\d\d/.test(delivery.outcome) ? "outcome" : "outcome bad"}>{delivery.outcome}</span>
          <span className="when">{delivery.at} · {delivery.took_ms} ms</span>
        </li>
      ))}
    </ol>
  );
}
