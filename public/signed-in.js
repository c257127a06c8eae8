// The hub leads its window back here: the page that opened it hears with what (src/store/publish/signIn.ts).
new BroadcastChannel('nsr-signed-in').postMessage(location.search);
close();
