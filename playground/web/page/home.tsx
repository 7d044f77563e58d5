// App Home: the view the bot has published for this person.
import { Blocks } from "./blocks/blocks";
import type { OpenView } from "./state";
import { SurfaceOf, useValues } from "./surface";

export function Home({ home }: { home: OpenView | null }) {
  return (
    <>
      <header className="heading"><h1>App Home</h1></header>
      {home ? <Published home={home} /> : <p className="connecting">The app has shown nothing here yet.</p>}
    </>
  );
}

function Published({ home }: { home: OpenView }) {
  const [values, change] = useValues();
  const blocks = home.view.blocks ?? [];
  return (
    <>
      <div className="home" tabIndex={0} role="region" aria-label="App Home">
        <SurfaceOf place={{ view_id: home.id }} blocks={blocks} values={values} onChange={change}>
          <Blocks blocks={blocks} />
        </SurfaceOf>
      </div>
    </>
  );
}
