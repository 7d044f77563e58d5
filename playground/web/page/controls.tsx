// The playground's own panel: who looks, what is broken, and what was delivered to the bot.
import { ChannelControls } from "./channel-controls";
import { Installation } from "./installation";
import { Pick } from "./picks";
import { Resting } from "./resting";
import { useDeed } from "./server";
import { Campaigns, Stories } from "./stories";
import { Sending, Time } from "./time";
import { Workflow } from "./workflow";
import { currentWorkspace, type Channel, type Choice, type Delivery, type Person, type Service, type State } from "./state";

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
        <Resting seconds={state.resting} clock={state.clock !== null} />
        <Fault state={state} service="slack" />
      </section>
      <section>
        <h3>Who is looking</h3>
        <People state={state} />
        {channel?.kind === "channel" && currentWorkspace(state).installed && <ChannelControls key={channel.id} channel={channel} bot={state.bot.name} />}
      </section>
      <Time state={state} />
      <Stories state={state} />
      <Campaigns state={state} />
      <Sending state={state} />
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
