package dev.backstop.it.outage;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** What lies between Backstop and PostgreSQL: forwards every byte, or holds them all, as told. */
final class FlakyNetwork implements AutoCloseable {
  private final ServerSocket door;
  private final String jdbcUrl;
  private final int target;
  private final List<Socket> sockets = new CopyOnWriteArrayList<>();
  private final List<Thread> threads = new CopyOnWriteArrayList<>();
  private boolean isHolding;

  /** A way to the database at that URL. */
  FlakyNetwork(String jdbcUrl) throws IOException {
    URI server = URI.create(jdbcUrl.substring("jdbc:".length()));
    target = server.getPort();
    door = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    this.jdbcUrl =
        jdbcUrl.replace(
            server.getHost() + ":" + target,
            door.getInetAddress().getHostAddress() + ":" + door.getLocalPort());
    start(this::accept);
  }

  /** The URL that leads through here. */
  String jdbcUrl() {
    return jdbcUrl;
  }

  /** From now on nothing arrives, in either direction, and nobody is told. */
  synchronized void hold() {
    isHolding = true;
  }

  /** What was held arrives, and what comes. */
  synchronized void goOn() {
    isHolding = false;
    notifyAll();
  }

  /** Ends every connection that is open. */
  void cut() throws IOException {
    for (Socket socket : sockets) {
      socket.close();
    }
    sockets.clear();
  }

  private synchronized void awaitOpen() throws InterruptedException {
    while (isHolding) {
      wait();
    }
  }

  private void accept() throws IOException {
    while (true) {
      Socket client = kept(door.accept());
      start(() -> connect(client));
    }
  }

  private void connect(Socket client) throws IOException, InterruptedException {
    awaitOpen();
    Socket server = kept(new Socket(InetAddress.getLoopbackAddress(), target));
    start(() -> forward(client, server));
    forward(server, client);
  }

  private void forward(Socket from, Socket to) throws IOException, InterruptedException {
    try (from;
        to) {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      byte[] bytes = new byte[8192];
      for (int length = in.read(bytes); length >= 0; length = in.read(bytes)) {
        awaitOpen();
        out.write(bytes, 0, length);
      }
      awaitOpen(); // the end, too, is only heard of then
    }
  }

  private Socket kept(Socket socket) throws IOException {
    socket.setTcpNoDelay(true);
    sockets.add(socket);
    return socket;
  }

  /** What may end because a socket was closed. */
  private interface Work {
    void run() throws IOException, InterruptedException;
  }

  private void start(Work work) {
    Thread thread =
        new Thread(
            () -> {
              try {
                work.run();
              } catch (IOException | InterruptedException ended) {
                // As it is for one whose connection is cut.
              }
            },
            "network-" + threads.size());
    thread.setDaemon(true);
    threads.add(thread);
    thread.start();
  }

  @Override
  public void close() throws IOException, InterruptedException {
    door.close();
    goOn();
    cut();
    for (Thread thread : threads) {
      thread.interrupt();
      thread.join();
    }
  }
}
