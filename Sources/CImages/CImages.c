#include "CImages.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// libpng's simplified interface (png.h, "simplified API"), which is part of its binary interface since 1.6.
typedef struct {
  void* opaque;
  uint32_t version, width, height, format, flags, colormap_entries, warning_or_error;
  char message[64];
} png_image;
typedef struct {
  uint8_t red, green, blue;
} png_color;
#define PNG_IMAGE_VERSION 1
#define PNG_FORMAT_RGB 2
#define PNG_IMAGE_ERROR 2

static struct {
  int (*begin)(png_image*, const void*, size_t);
  int (*finish)(png_image*, const png_color*, void*, int32_t, void*);
  void (*release)(png_image*);
} png;

// TurboJPEG's interface, unchanged since 1.2.
#define TJPF_RGB 0
static struct {
  void* (*make)(void);
  int (*header)(void*, const uint8_t*, unsigned long, int*, int*, int*, int*);
  int (*decode)(void*, const uint8_t*, unsigned long, uint8_t*, int, int, int, int, int);
  int (*destroy)(void*);
  char* (*error)(void*);
} jpeg;

static void load(void) {
  void* library = dlopen("libpng16.so.16", RTLD_NOW);
  if (library) {
    *(void**)&png.begin = dlsym(library, "png_image_begin_read_from_memory");
    *(void**)&png.finish = dlsym(library, "png_image_finish_read");
    *(void**)&png.release = dlsym(library, "png_image_free");
  }
  library = dlopen("libturbojpeg.so.0", RTLD_NOW);
  if (library) {
    *(void**)&jpeg.make = dlsym(library, "tjInitDecompress");
    *(void**)&jpeg.header = dlsym(library, "tjDecompressHeader3");
    *(void**)&jpeg.decode = dlsym(library, "tjDecompress2");
    *(void**)&jpeg.destroy = dlsym(library, "tjDestroy");
    *(void**)&jpeg.error = dlsym(library, "tjGetErrorStr2");
  }
}

static void say(awn_image* image, const char* message) {
  snprintf(image->message, sizeof image->message, "%s", message ? message : "");
}

// Room for an image of the size in `image`.
static int allocate(awn_image* image) {
  if (image->width == 0 || image->height == 0) return AWN_IMAGE_DAMAGED;
  if ((uint64_t)image->width * image->height > AWN_IMAGE_MOST_PIXELS) return AWN_IMAGE_TOO_LARGE;
  image->pixels = malloc((size_t)image->width * image->height * 3);
  return image->pixels ? AWN_IMAGE_OK : AWN_IMAGE_NO_MEMORY;
}

static int decode_png(const uint8_t* bytes, size_t size, awn_image* image) {
  if (!png.begin || !png.finish || !png.release) return AWN_IMAGE_NO_LIBRARY;
  png_image control;
  memset(&control, 0, sizeof control);
  control.version = PNG_IMAGE_VERSION;
  int status = AWN_IMAGE_DAMAGED;
  if (png.begin(&control, bytes, size)) {
    image->width = control.width;
    image->height = control.height;
    status = allocate(image);
    if (status == AWN_IMAGE_OK) {
      const png_color white = {255, 255, 255};
      control.format = PNG_FORMAT_RGB;
      if (!png.finish(&control, &white, image->pixels, 0, NULL)) status = AWN_IMAGE_DAMAGED;
    }
  }
  if (status == AWN_IMAGE_DAMAGED) say(image, control.message);
  png.release(&control);
  return status;
}

static int decode_jpeg(const uint8_t* bytes, size_t size, awn_image* image) {
  if (!jpeg.make || !jpeg.header || !jpeg.decode || !jpeg.destroy || !jpeg.error) return AWN_IMAGE_NO_LIBRARY;
  void* handle = jpeg.make();
  if (!handle) return AWN_IMAGE_NO_MEMORY;
  int width = 0, height = 0, sampling = 0, space = 0, status = AWN_IMAGE_DAMAGED;
  if (jpeg.header(handle, bytes, size, &width, &height, &sampling, &space) == 0 && width > 0 && height > 0) {
    image->width = (uint32_t)width;
    image->height = (uint32_t)height;
    status = allocate(image);
    // A warning counts: the picture ends too early.
    if (status == AWN_IMAGE_OK
        && jpeg.decode(handle, bytes, size, image->pixels, width, 3 * width, height, TJPF_RGB, 0) != 0) {
      status = AWN_IMAGE_DAMAGED;
    }
  }
  if (status == AWN_IMAGE_DAMAGED) say(image, jpeg.error(handle));
  jpeg.destroy(handle);
  return status;
}

int awn_image_decode(const uint8_t* bytes, size_t size, awn_image* image) {
  static pthread_once_t once = PTHREAD_ONCE_INIT;
  static const uint8_t png_start[] = {0x89, 'P', 'N', 'G', 13, 10, 26, 10};
  static const uint8_t jpeg_start[] = {0xFF, 0xD8, 0xFF};
  memset(image, 0, sizeof *image);
  pthread_once(&once, load);
  int status = AWN_IMAGE_OTHER;
  if (size >= sizeof png_start && memcmp(bytes, png_start, sizeof png_start) == 0) {
    status = decode_png(bytes, size, image);
  } else if (size >= sizeof jpeg_start && memcmp(bytes, jpeg_start, sizeof jpeg_start) == 0) {
    status = decode_jpeg(bytes, size, image);
  }
  if (status != AWN_IMAGE_OK) {
    free(image->pixels);
    image->pixels = NULL;
  }
  return status;
}

void awn_image_free(awn_image* image) {
  free(image->pixels);
  image->pixels = NULL;
}
