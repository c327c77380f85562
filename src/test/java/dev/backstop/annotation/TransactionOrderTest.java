package dev.backstop.annotation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backstop.BackedCache;
import dev.backstop.cdi.Application;
import dev.backstop.cdi.CacheName;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.interceptor.AroundInvoke;
import jakarta.interceptor.Interceptor;
import jakarta.interceptor.InterceptorBinding;
import jakarta.interceptor.InvocationContext;
import java.io.IOException;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Where the interceptors are, seen from one that is where {@code @Transactional} is. */
class TransactionOrderTest {
  private static final List<String> EVENTS = new ArrayList<>();

  @InterceptorBinding
  @Retention(RetentionPolicy.RUNTIME)
  @Target({ElementType.METHOD, ElementType.TYPE})
  @interface Transacted {}

  @Transacted
  @Interceptor
  @Priority(Interceptor.Priority.PLATFORM_BEFORE + 200)
  static class Transactions {
    @Inject
    @CacheName("feeds")
    BackedCache<String, String> feeds;

    @AroundInvoke
    Object around(InvocationContext call) throws Exception {
      EVENTS.add("begin");
      try {
        Object returned = call.proceed();
        EVENTS.add("commit, changed: " + !feeds.contains("a"));
        return returned;
      } catch (Exception failure) {
        EVENTS.add("rollback");
        throw failure;
      }
    }
  }

  @ApplicationScoped
  static class Reader {
    boolean isDown;

    @Transacted
    @Backed(cache = "feeds")
    String read(String name) throws IOException {
      if (isDown) {
        throw new IOException("down");
      }
      return name;
    }

    @Transacted
    @Removes(cache = "feeds")
    void remove(String name) throws IOException {
      read(name); // on itself: no interceptor meets it
    }

    void isDown(boolean whether) {
      isDown = whether;
    }
  }

  static class Injected {
    @Inject
    @CacheName("feeds")
    BackedCache<String, String> feeds;
  }

  private Application application;
  private Reader reader;
  private BackedCache<String, String> feeds;

  @BeforeEach
  void start() {
    EVENTS.clear();
    application = Application.onH2("order").start(Reader.class, Transactions.class, Injected.class);
    reader = application.bean(Reader.class);
    feeds = application.bean(Injected.class).feeds;
  }

  @AfterEach
  void close() {
    application.close();
  }

  @Test
  void loadThatFails_rollsItsOwnTransactionBack_andTheBackupStandsIn() throws Exception {
    reader.read("a");
    EVENTS.clear();
    reader.isDown(true);
    assertThat(reader.read("a")).isEqualTo("a"); // a hit needs no transaction
    assertThat(EVENTS).isEmpty();
    feeds.expire("a");
    assertThat(reader.read("a")).isEqualTo("a");
    assertThat(EVENTS).containsExactly("begin", "rollback");
  }

  @Test
  void change_isDoneBeforeTheCommit() throws Exception {
    reader.read("a");
    EVENTS.clear();
    reader.remove("a");
    assertThat(EVENTS).containsExactly("begin", "commit, changed: true");
  }

  @Test
  void callOfABeanToItself_isNotMet() throws Exception {
    reader.remove("x"); // which calls read
    assertThat(EVENTS).hasSize(2);
    reader.read("x");
    assertThat(EVENTS).hasSize(4);
  }
}
