package dev.backstop.it.servers;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.openqa.selenium.JavascriptExecutor;

/** What axe finds on a page, and where the keyboard leads. */
final class Accessibility {
  private static final String AXE = resource("/axe.min.js");

  private static final String RUN =
      """
      const answer = arguments[arguments.length - 1];
      axe.run(document, {preload: false, resultTypes: ['violations']}).then(
          found => answer(found.violations.flatMap(each =>
              each.nodes.map(node => each.impact + ' ' + each.id + ' ' + node.target))),
          failure => answer(['axe failed: ' + failure]));
      """;

  private static final String FOCUS =
      """
      const at = document.activeElement;
      if (at === document.body) return 'end';
      const style = getComputedStyle(at);
      const box = at.getBoundingClientRect();
      const label = at.id || at.getAttribute('aria-label') || at.textContent.trim() || at.name;
      const ring = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2;
      const seen = box.width > 0 && box.left >= 0 && box.right <= innerWidth + 1
          && box.bottom > 0 && box.top < innerHeight;
      const order = [...document.querySelectorAll('*')].indexOf(at);
      return [String(order), label, ring ? 'ring' : 'NO RING', seen ? 'seen' : 'UNSEEN'].join('|');
      """;

  private Accessibility() {}

  /** Where the focus is. */
  record Focus(int order, String label, String ring, String seen) {}

  /** The impact, the rule, and the element of each fault. */
  @SuppressWarnings("unchecked")
  static List<String> violations(JavascriptExecutor page) {
    page.executeScript(AXE);
    return (List<String>) page.executeAsyncScript(RUN);
  }

  /** Null at the end of the page. */
  static Focus focus(JavascriptExecutor page) {
    String[] found = ((String) page.executeScript(FOCUS)).split("[|]");
    return found.length == 1
        ? null
        : new Focus(Integer.parseInt(found[0]), found[1], found[2], found[3]);
  }

  private static String resource(String path) {
    try (InputStream script = Accessibility.class.getResourceAsStream(path)) {
      return new String(script.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
