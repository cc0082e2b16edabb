// The carrier brings the packed nuclei, once, and everything that a view knows how to do.
import { readPack, readVersion } from "./state/pack.js";
import { openShop } from "./state/shop.js";
import { CloudView } from "./cloud_view.js";

const views = new WeakMap();

function show(call) {
  let view = views.get(call.parentElement);
  if (!view) {
    view = new CloudView(call.parentElement, openShop(), STYLESHEET);
    views.set(call.parentElement, view);
  }
  view.tell(call.data, call.setTriggerValue);
}

function close(parentElement) {
  views.get(parentElement)?.close();
  views.delete(parentElement);
}

async function fetchCloud(shop, { cloud, address }) {
  if (shop.clouds.has(cloud) || shop.fetching.has(cloud)) return;
  shop.fetching.add(cloud);
  try {
    const answer = await fetch(address);
    if (!answer.ok) throw new Error(`the server answered ${answer.status}`);
    shop.bring(readPack(new Uint8Array(await answer.arrayBuffer())));
  } catch (error) {
    shop.fail(cloud, `The nuclei could not be fetched: ${error.message}. Reload the page to try again.`);
  } finally {
    shop.fetching.delete(cloud);
  }
}

export default function ({ data }) {
  const shop = openShop();
  shop.open(show, close);
  if (data instanceof Uint8Array) {
    if (!shop.clouds.has(readVersion(data))) shop.bring(readPack(data));
  } else if (data?.address) {
    fetchCloud(shop, data);
  }
}
