package dev.backstop.it.outage;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * What lies between Backstop and PostgreSQL: forwards every byte, but for what its two legs were
 * told, and loses an answer or a connection, as told.
 */
public final class FlakyNetwork implements AutoCloseable {
  private final String threadNames;
  private final ServerSocket door;
  private final String jdbcUrl;
  private final Leg toServer = new Leg();
  private final Leg toClient = new Leg();
  private final List<Line> lines = new CopyOnWriteArrayList<>();
  private final List<Thread> threads = new CopyOnWriteArrayList<>();
  private final Deque<String> losing = new ArrayDeque<>();
  private boolean isLosingTheLine;
  private volatile int target;

  /** A way to the database at that URL. */
  public FlakyNetwork(String jdbcUrl) throws IOException {
    this(jdbcUrl, "network-");
  }

  /** The same, by threads of whose names that is the beginning. */
  public FlakyNetwork(String jdbcUrl, String threadNames) throws IOException {
    this.threadNames = threadNames;
    URI server = uri(jdbcUrl);
    target = server.getPort();
    door = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    this.jdbcUrl =
        jdbcUrl.replace(
            server.getHost() + ":" + target,
            door.getInetAddress().getHostAddress() + ":" + door.getLocalPort());
    start(this::accept);
  }

  private static URI uri(String jdbcUrl) {
    return URI.create(jdbcUrl.substring(jdbcUrl.indexOf("://") - 3)); // of H2, too
  }

  /** The URL that leads through here. */
  public String jdbcUrl() {
    return jdbcUrl;
  }

  /** What goes to the server. */
  public Leg toServer() {
    return toServer;
  }

  /** What the server answers. */
  public Leg toClient() {
    return toClient;
  }

  /** From now on nothing arrives, in either direction, and nobody is told. */
  public void hold() {
    toServer.hold();
    toClient.hold();
  }

  /** What was held arrives, and what comes. */
  public void goOn() {
    toServer.goOn();
    toClient.goOn();
  }

  /** Ends every connection that is open. */
  public void cut() throws IOException {
    for (Line line : lines) {
      line.end();
    }
    lines.clear();
  }

  /**
   * On the connections that are open nothing arrives any more, and nobody is told: what a firewall
   * does to those that were idle. New ones are whole.
   */
  public void forget() {
    lines.forEach(line -> line.isDeaf = true);
  }

  /** New connections lead to the server at that URL. */
  public void leadTo(String otherJdbcUrl) {
    target = uri(otherJdbcUrl).getPort();
  }

  /**
   * Once requests with these texts, one after the other, have passed, all that the server answers
   * to the last of them is lost, and nobody is told.
   */
  public void loseAnswerTo(String... texts) {
    lose(false, texts);
  }

  /** The same, but instead of the answer the end of the connection arrives. */
  public void cutInsteadOfAnswerTo(String... texts) {
    lose(true, texts);
  }

  private void lose(boolean theLine, String... texts) {
    synchronized (losing) {
      isLosingTheLine = theLine;
      losing.clear();
      losing.addAll(List.of(texts));
    }
  }

  /** Whether the answer that was to be lost is not yet asked for. */
  public boolean isLosing() {
    synchronized (losing) {
      return !losing.isEmpty();
    }
  }

  private void accept() throws IOException {
    while (true) {
      Socket client = door.accept();
      start(
          () -> {
            toServer.admit(0);
            try {
              Line line = new Line(client, new Socket(InetAddress.getLoopbackAddress(), target));
              lines.add(line);
              start(line::ask);
              line.answer();
            } finally {
              client.close(); // there may be no server
            }
          });
    }
  }

  /** A connection. */
  private final class Line {
    private final Socket client;
    private final Socket server;
    private volatile boolean isDeaf;
    private volatile boolean endsByAnswer;

    Line(Socket client, Socket server) throws IOException {
      this.client = client;
      this.server = server;
      client.setTcpNoDelay(true);
      server.setTcpNoDelay(true);
    }

    void ask() throws IOException, InterruptedException {
      forward(client, server, toServer);
    }

    void answer() throws IOException, InterruptedException {
      forward(server, client, toClient);
    }

    void end() throws IOException {
      client.close();
      server.close();
    }

    private void forward(Socket from, Socket to, Leg leg) throws IOException, InterruptedException {
      try (from;
          to) {
        InputStream in = from.getInputStream();
        OutputStream out = to.getOutputStream();
        byte[] bytes = new byte[64 * 1024];
        for (int length = in.read(bytes); length >= 0; length = in.read(bytes)) {
          int passing = leg.admit(length);
          if (leg == toClient && endsByAnswer) {
            return;
          }
          if (!isDeaf) {
            boolean isLost = leg == toServer && isToBeLost(bytes, passing);
            if (isLost && isLosingTheLine) {
              endsByAnswer = true;
            } else if (isLost) {
              isDeaf = true;
            }
            out.write(bytes, 0, passing);
          }
          if (passing < length) {
            return;
          }
        }
        leg.admit(0); // the end, too, is only heard of then
      }
    }

    private boolean isToBeLost(byte[] request, int length) {
      synchronized (losing) {
        if (losing.isEmpty()) {
          return false;
        }
        String text = new String(request, 0, length, StandardCharsets.ISO_8859_1);
        for (int at = 0; !losing.isEmpty() && at >= 0; ) {
          at = text.indexOf(losing.peek(), at);
          if (at >= 0) {
            at += losing.pop().length();
          }
        }
        return losing.isEmpty();
      }
    }
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
            threadNames + threads.size());
    thread.setDaemon(true);
    threads.add(thread);
    thread.start();
  }

  @Override
  public void close() throws IOException, InterruptedException {
    door.close();
    goOn();
    for (Thread thread : threads) {
      while (thread.isAlive()) {
        cut(); // who is connecting just now is added after it
        thread.interrupt();
        thread.join(10);
      }
    }
  }
}
