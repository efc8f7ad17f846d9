// The elements of a Word document: which of Word's they are, and copies of them that fit where they go.
#include "report/docx.h"

bool an_docx_is(const xmlNode *n, const char *name) {
    static const char *const names[] = {"http://schemas.openxmlformats.org/wordprocessingml/2006/main",
                                        "http://purl.oclc.org/ooxml/wordprocessingml/main"};
    return n->type == XML_ELEMENT_NODE && n->ns && n->ns->href && strcmp((const char *) n->name, name) == 0 &&
           (strcmp((const char *) n->ns->href, names[0]) == 0 || strcmp((const char *) n->ns->href, names[1]) == 0);
}

void an_docx_drop(xmlNode *n) {
    xmlUnlinkNode(n);
    xmlFreeNode(n);
}

// Whether a namespace is declared in the tree below `root`, on the way from `n` up.
static bool is_own(const xmlNode *n, const xmlNode *root, const xmlNs *ns) {
    for (;; n = n->parent) {
        for (const xmlNs *d = n->nsDef; d; d = d->next)
            if (d == ns)
                return true;
        if (n == root)
            return false;
    }
}

// Gives a copy the namespaces of what it was made from (libxml2 declares anew, at its root, those from above it), and takes
// away what may be in a document once only.
static void tidy(xmlNode *copy, const xmlNode *from, const xmlNode *root, size_t *nodes) {
    ++*nodes;
    if (!is_own(from, root, from->ns))
        copy->ns = from->ns;
    const xmlAttr *b = from->properties;
    for (xmlAttr *a = copy->properties, *next; a && b; a = next, b = b->next) {
        next = a->next;
        if (!is_own(from, root, b->ns))
            a->ns = b->ns;
        if (strcmp((const char *) a->name, "paraId") == 0 || strcmp((const char *) a->name, "textId") == 0)
            (void) xmlRemoveProp(a);
    }
    const xmlNode *y = from->children;
    for (xmlNode *x = copy->children, *next; x && y; x = next, y = y->next) {
        next = x->next;
        if (x->type != XML_ELEMENT_NODE)
            continue;
        tidy(x, y, root, nodes);
        if (an_docx_is(x, "bookmarkStart") || an_docx_is(x, "bookmarkEnd"))
            an_docx_drop(x);
    }
}

xmlNode *an_docx_copy(xmlNode *from, size_t *nodes) {
    xmlNode *copy = xmlDocCopyNode(from, from->doc, 1);
    if (!copy || copy->type != XML_ELEMENT_NODE)
        return copy;
    tidy(copy, from, from, nodes);
    xmlNs **extra = &copy->nsDef;
    for (const xmlNs *d = from->nsDef; d && *extra; d = d->next)
        extra = &(*extra)->next;
    xmlFreeNsList(*extra);
    *extra = NULL;
    return copy;
}
